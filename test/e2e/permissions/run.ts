/** Something that the product does for its users, from its beginning to an end that they can see. */
export interface Run {
  name: string;
  /** Throws when the end is not the one that users expect. */
  act(): Promise<void>;
}

/** What is left of a type on its way through JSON: dates are texts. */
export type Json<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends Date
    ? string
    : T extends readonly (infer Entry)[]
      ? Json<Entry>[]
      : T extends object
        ? { [Name in keyof T]: Json<T[Name]> }
        : T;

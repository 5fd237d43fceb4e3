/** Who makes a call. Every request at the gateway has exactly one. */
export type Principal =
  /** The person at the keyboard: any credentials that belong to no role of a stack. May do everything. */
  | { kind: 'admin'; arn: string }
  /** A role of a loaded stack. `sessionName` tells the function or the user who assumed it. */
  | { kind: 'role'; roleArn: string; sessionName: string }
  /** An AWS service acting for itself (`events.amazonaws.com`), on behalf of one resource. Only resource policies let it in. */
  | { kind: 'service'; service: string; sourceArn: string };

/** One permission that a call needs. */
export interface Requirement {
  /** IAM action: `states:StartExecution`. */
  action: string;
  /** ARN of the resource the action is on, `*` where the action has none. */
  resource: string;
  /** Values of condition keys that this request sets beyond the global ones, lower-case keys. */
  context?: Readonly<Record<string, string | readonly string[]>>;
}

export interface AccessKey {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** Knows the roles of the loaded stacks and decides who may do what. */
export interface Iam {
  /** The key that a function, state machine or assumed session of `roleArn` signs with. Stable over restarts. */
  accessKeyOf(roleArn: string, sessionName: string): AccessKey;
  /** The principal behind an access key id; the admin for keys that belong to no role. */
  principalOf(accessKeyId: string | undefined): Principal;
  /** Throws `AwsError` with AWS's code and words when the principal may not. The first requirement is the call's own. */
  authorize(principal: Principal, requirements: readonly Requirement[]): void;
  /** Whether an AWS service may assume a role on behalf of a resource; false for a role that is not there. */
  trusts(roleArn: string, service: string, sourceArn: string): boolean;
}

/**
 * Stands in for `@aws-sdk/credential-provider-node` in the bundles (an alias of the build): in Lambda the role's key is
 * always in the environment, and the other providers (SSO, INI files, instance metadata, …) weigh 110 KB minified.
 */
export function defaultProvider(): () => Promise<{
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}> {
  return async () => {
    const {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    } = process.env;
    if (!accessKeyId || !secretAccessKey)
      throw new Error(
        'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set: Lambda sets both for the role of the function',
      );
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  };
}

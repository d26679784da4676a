// Floor 6. How token security is judged, in a few words.

/** The policy is one of recorded and invented markets; an exchange's tokens are judged by those who are asked about them. */
export const securityPolicyText = ({ run, security }: { readonly run: string; readonly security: string }): string =>
  run.startsWith("live") ? "security by its sources" : `security ${security}`;

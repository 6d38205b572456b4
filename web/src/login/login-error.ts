const BY_CODE: Record<string, string> = {
  invalid_credentials: 'That email and password do not fit together. Check both, or set a new password.',
  email_not_confirmed: 'The email is not confirmed yet. Open the link we mailed you, then sign in.',
  others_stay: 'The password is set, but the other devices could not be signed out. Save it once more.',
  forbidden: 'This link is used up or too old. Start the product again for a new one.',
  otp_expired: 'This link is used up or too old. Ask for a new one.',
  session_not_found: 'This link is used up or too old. Ask for a new one.',
  same_password: 'That is the old password. Choose another one.',
};

/** A refusal or failure of the sign-in, in words that say what to do. */
export function loginError(failure: unknown): string {
  if (!(failure instanceof Error)) return 'Something went wrong. Try again.';
  const { code, status } = failure as Error & { code?: string; status?: number };
  // It says how long to wait; no other text of the provider does.
  if (status === 429) {
    const wait = /try again in (.+)$/.exec(failure.message)?.[1] ?? 'a minute';
    return `Too many attempts. Wait ${wait}, then try again.`;
  }
  if (code !== undefined && BY_CODE[code] !== undefined) return BY_CODE[code];
  if (failure instanceof TypeError || (status ?? 0) >= 500) {
    return 'The sign-in service does not answer. Wait a moment and try again.';
  }
  return failure.message;
}

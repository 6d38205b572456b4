const BY_CODE: Record<string, string> = {
  invalid_credentials: 'That email and password do not fit together. Check both, or set a new password.',
  user_already_exists: 'This email has an account already. Sign in, or set a new password.',
  email_exists: 'This email has an account already. Sign in, or set a new password.',
  email_not_confirmed: 'The email is not confirmed yet. Open the link we mailed you, then sign in.',
  over_request_rate_limit: 'Too many attempts. Wait a minute, then try again.',
  over_email_send_rate_limit: 'Too many mails to this address. Wait a few minutes, then try again.',
  otp_expired: 'This link is used up or too old. Ask for a new one.',
  session_not_found: 'This link is used up or too old. Ask for a new one.',
  same_password: 'That is the old password. Choose another one.',
};

/** A refusal or failure of the identity endpoint, in words that say what to do. */
export function loginError(failure: unknown): string {
  if (!(failure instanceof Error)) return 'Something went wrong. Try again.';
  const { code, status, name } = failure as Error & { code?: string; status?: number };
  if (code !== undefined && BY_CODE[code] !== undefined) return BY_CODE[code];
  if (status === 429) return BY_CODE['over_request_rate_limit'] ?? failure.message;
  if (name === 'AuthSessionMissingError') return BY_CODE['otp_expired'] ?? failure.message;
  if (name === 'AuthRetryableFetchError' || (status ?? 0) >= 500) {
    return 'The sign-in service does not answer. Wait a moment and try again.';
  }
  return failure.message;
}

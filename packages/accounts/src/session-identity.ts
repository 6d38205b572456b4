/** Who an access token speaks for, and in which session it was given. It says nothing of what they may. */
export interface SessionIdentity {
  readonly userId: string;
  readonly email: string;
  readonly sessionId: string;
  readonly issuedAtS: number;
  readonly expiresAtS: number;
}

import type { JWTPayload } from 'jose';
import type { SessionIdentity } from '@aion/accounts';

/** Whom Supabase and our own identity endpoint make tokens out to. */
export const AUDIENCE = 'authenticated';
/** Without its session and its time a token could not be ended before it expires. */
export const REQUIRED_CLAIMS = ['sub', 'exp', 'iat', 'session_id', 'email'];

/** Who a verified token is. `payload` has passed the check of `REQUIRED_CLAIMS`. */
export function identityOf(payload: JWTPayload): SessionIdentity {
  return {
    userId: payload.sub!,
    email: String(payload['email']),
    sessionId: String(payload['session_id']),
    issuedAtS: payload.iat!,
    expiresAtS: payload.exp!,
  };
}

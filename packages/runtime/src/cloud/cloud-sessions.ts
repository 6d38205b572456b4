import { endSessions, sessionStands, type EndScope, type SessionIdentity } from '@aion/accounts';
import { makeSupabaseVerifier } from '@aion/adapters/supabase/token-verifier';
import type { LiveSessions } from '../serving/live-server.ts';
import type { Cloud } from './compose-cloud.ts';

/**
 * Who somebody is on AWS. Supabase signs tokens and ends its own sessions, but a token that it gave holds until it expires; so what
 * was ended is kept on the user's record, which every request reads anyway.
 */
export function makeCloudSessions({ environment, items, clock }: Cloud): LiveSessions & {
  endSessions(session: SessionIdentity, scope: EndScope): Promise<void>;
} {
  return {
    verifyToken: makeSupabaseVerifier(environment.AION_SUPABASE_URL, clock),
    sessionLives: async (session, entitlement) => sessionStands(entitlement, session),
    endSessions: (session, scope) => endSessions(items, clock, session, scope),
  };
}

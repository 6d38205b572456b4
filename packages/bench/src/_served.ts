import { TIERS } from '@aion/core';
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { saveEntitlement } from '@aion/accounts';
import { makeTokenSigner } from '@aion/adapters/gotrue/tokens';
import { makeUsers } from '@aion/adapters/gotrue/users';
import type { Role, Tier } from '@aion/contracts';
import { composeEmbedded, loadConfig } from '@aion/runtime';

const cli = fileURLToPath(new URL('../../../functions/cli/src/aion.ts', import.meta.url));

export interface Subscriber {
  readonly token: string;
  readonly tier: Tier;
}

export function startServer(environment: NodeJS.ProcessEnv): Promise<{ server: ChildProcess; url: string }> {
  const server = spawn(process.execPath, [cli, 'start', '--no-web', '--frozen'], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  return new Promise((resolve, reject) => {
    const look = (bytes: Buffer): void => {
      output += bytes.toString();
      const found = /API {6}(http:\S+)\/v1/.exec(output);
      if (found !== null) resolve({ server, url: found[1]! });
    };
    server.stdout.on('data', look);
    server.stderr.on('data', look);
    server.once('close', (code) => reject(new Error(`the server ended with ${code}:\n${output}`)));
  });
}

/** Entitlements and access tokens, made through the product's own stores and signing key: members of mixed tiers, or admins. */
export async function makeSubscribers(home: string, count: number, role: Role = 'member'): Promise<Subscriber[]> {
  const embedded = composeEmbedded(loadConfig({ AION_HOME: home, AION_LOG_LEVEL: 'silent' }, process.cwd()));
  const signer = await makeTokenSigner(embedded.secrets.signingKey, 'aion-embedded', embedded.clock);
  const users = makeUsers(embedded.items, embedded.clock);
  const subscribers: Subscriber[] = [];
  for (let i = 0; i < count; i++) {
    const tier = TIERS[i % TIERS.length]!;
    const userId = `bench-${role}-${i}`;
    const email = `${userId}@example.test`;
    await saveEntitlement(embedded.items, { userId, email, tier, role, source: 'admin', updatedMs: 0 });
    const { sessionId } = await users.beginSession(userId);
    subscribers.push({ tier, token: (await signer.sign({ userId, email, sessionId })).token });
  }
  embedded.close();
  return subscribers;
}

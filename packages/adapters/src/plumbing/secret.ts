import { createHash, randomBytes } from 'node:crypto';

/**
 * A secret that nobody guesses: 256 bits, as text that may stand in an address.
 *
 * @example newSecret() // 43 characters of base64url
 */
export const newSecret = (): string => randomBytes(32).toString('base64url');

/** What a secret is stored as: whoever reads the state cannot use it. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

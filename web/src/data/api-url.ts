/** Where the API listens, read when a request comes in: the built site is the same in every place. */
export function apiUrl(): string {
  return process.env['AION_API_URL'] ?? 'http://127.0.0.1:4100';
}

/** Where the identity provider listens: beside the API on one machine, Supabase on AWS. */
export function authUrl(): string {
  return process.env['AION_AUTH_URL'] ?? apiUrl();
}

/** The key that the identity provider knows this site by. It is public; the embedded endpoint takes any. */
export function authKey(): string {
  return process.env['AION_AUTH_KEY'] ?? 'aion-embedded';
}

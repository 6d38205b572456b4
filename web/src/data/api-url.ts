/** Where the API listens, read when a request comes in: the built site is the same in every place. */
export function apiUrl(): string {
  return process.env['AION_API_URL'] ?? 'http://127.0.0.1:4100';
}

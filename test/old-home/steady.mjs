// Preloaded into the old program: clock, luck, host and process number are the same whenever the home is made, so that it comes out the same
// to the byte. What hangs on no luck (prices, hashes, signals) is the program's own.
import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';

const nowMs = Number(process.env.STEADY_NOW_MS);
const seed = process.env.STEADY_SEED ?? '';
let drawn = 0;

const block = () => crypto.createHash('sha256').update(`${seed} ${drawn++}`).digest();
function bytes(length) {
  const blocks = [];
  for (let made = 0; made < length; made += 32) blocks.push(block());
  return Buffer.concat(blocks).subarray(0, length);
}
function uuid() {
  const hex = bytes(16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length === 0 ? [nowMs] : given));
  }
  static now() {
    return nowMs;
  }
};
performance.now = () => 0;
crypto.generateKeyPairSync = () => {
  const ecdh = crypto.createECDH('prime256v1');
  ecdh.setPrivateKey(bytes(32));
  const point = ecdh.getPublicKey();
  const text = (part) => part.toString('base64url');
  const [x, y, d] = [point.subarray(1, 33), point.subarray(33), ecdh.getPrivateKey()].map(text);
  const privateKey = crypto.createPrivateKey({ format: 'jwk', key: { kty: 'EC', crv: 'P-256', x, y, d } });
  return { privateKey, publicKey: crypto.createPublicKey(privateKey) };
};
crypto.randomBytes = bytes;
crypto.randomUUID = uuid;
globalThis.crypto.randomUUID = uuid;
os.hostname = () => 'old-host';
// No process has this number, so nobody takes the old one for one that still runs.
Object.defineProperty(process, 'pid', { value: 4_194_305 });
syncBuiltinESMExports();

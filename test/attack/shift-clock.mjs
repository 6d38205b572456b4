// Loaded into a product before its own code: its wall clock is off by as many milliseconds as a file says. Nothing else of it is changed.
import { readFileSync, watchFile } from 'node:fs';

const file = process.env['ATTACK_CLOCK_FILE'];
const real = Date.now.bind(Date);
let offsetMs = 0;
const read = () => {
  offsetMs = Number(readFileSync(file, 'utf8'));
};
read();
watchFile(file, { interval: 100, persistent: false }, read);
Date.now = () => real() + offsetMs;

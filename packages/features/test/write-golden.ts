// Writes the golden vectors anew, on purpose: when the input schema changes. `node packages/features/test/write-golden.ts`
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { makeGolden } from './golden-input.ts';

const path = fileURLToPath(new URL('../../../models/golden/model-input.json', import.meta.url));
writeFileSync(path, `${JSON.stringify(makeGolden())}\n`);
process.stdout.write(`${path}\n`);

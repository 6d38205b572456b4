// The simulated market in an empty home, by the program whose checkout is named: its command line makes none without a run of the newest session.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const checkout = process.argv[2];
const runtime = await import(pathToFileURL(join(checkout, 'packages/runtime/src/index.ts')).href);
const home = runtime.composeEmbedded(runtime.loadConfig(process.env, checkout));
await runtime.prepareSimulatedMarket(home);
home.close();

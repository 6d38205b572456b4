/**
 * Runs a script that ends when its parent does, however that ended: the parent holds the other end of this process's standard
 * input and never writes to it, and the system closes it with the parent. Arguments: the script, then its own.
 *
 * @example spawn(process.execPath, [END_WITH_PARENT, 'server.js', '--port', '3000'], { stdio: ['pipe', 'pipe', 'pipe'] })
 */
import { pathToFileURL } from 'node:url';

const [script, ...rest] = process.argv.slice(2);
if (script === undefined) throw new Error('end-with-parent needs a script to run');

const end = (): never => process.exit(1);
process.stdin.once('end', end).once('error', end).resume();
// Whoever wrote to a parent that is gone would otherwise throw, report that, and write again, for as long as the machine runs.
process.stdout.on('error', end);
process.stderr.on('error', end);
process.argv = [process.execPath, script, ...rest];
await import(pathToFileURL(script).href);

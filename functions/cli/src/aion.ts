import { runCommandLine } from './command-line.ts';

// What this program makes, its owner alone may read: state, secrets, backups, exports.
process.umask(0o077);

// Whoever reads may stop reading: `aion actions list | head` is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
});

await runCommandLine(process.argv.slice(2));

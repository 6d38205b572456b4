// Everything that the lake's bench does on our side, in a process of its own, for its peak memory. Arguments: FOLDER.
import { toEpochDay } from '@aion/core';
import { compact, openLake, readAll, readOneDay, readOneSymbol, write } from './lake/our-lake.ts';
import { simulateTable } from './lake/simulated-bars.ts';
import { takeDays } from './lake/take-days.ts';

const lake = openLake(process.argv[2]!);
const table = simulateTable(2000, 1250);
const [before, news] = takeDays(table, 21);
await write(lake, before);
for (const day of news) await write(lake, day);
await compact(lake, toEpochDay('2026-01-01'));
await readAll(lake);
await readOneSymbol(lake, 'SYM0777');
await readOneDay(lake, toEpochDay('2024-06-05'));
process.stdout.write(`${JSON.stringify({ peakMb: Math.round(process.resourceUsage().maxRSS / 1024) })}\n`);
lake.close();

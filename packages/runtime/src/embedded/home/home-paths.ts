import { join } from 'node:path';

/** The SQLite state file of a home. `$AION_HOME` is one folder; what takes its place is built beside it. */
export const statePath = (home: string): string => join(home, 'state.db');
/** The folder of a home's objects: bars, charts, records and models, each under the hash of its content. */
export const objectsPath = (home: string): string => join(home, 'objects');
export const secretsPath = (home: string): string => join(home, 'secrets');
export const configPath = (home: string): string => join(home, 'config.json');
/** Says that a product lived here, and which: a home with it is never taken for a new one. */
export const markerPath = (home: string): string => join(home, 'home.json');
/** The kill switch. */
export const killPath = (home: string): string => join(home, 'kill.db');
/** Space that gives way to the kill switch on a full disk. */
export const reservePath = (home: string): string => join(home, 'reserve');
/** What is put in the place of the home, and where it comes from. */
export const swapPath = (home: string): string => `${home}.swap.json`;
export const stagingPath = (home: string): string => `${home}.staging`;

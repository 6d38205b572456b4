import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LatestSignals } from '@aion/contracts';
import { saveProfile } from '@aion/jobs';
import { latestKey } from '@aion/pipeline';
import { type Embedded } from '@aion/runtime';
import {
  CSV_HEADER,
  daily,
  newFolder,
  openHome,
  removeFolders,
  runCli,
  simulatedHome,
  spawnCli,
  type CliResult,
} from './embedded-home.ts';

let published: string;
beforeAll(async () => {
  const home = await simulatedHome('command-line');
  await daily(home);
  published = home.loaded.home;
  home.close();
});
afterAll(removeFolders);

function copyOf(home: string): string {
  const folder = join(newFolder('copy'), 'home');
  cpSync(home, folder, { recursive: true });
  // The copy of a folder gets this process's mode; a home that others can read is a finding of doctor.
  for (const closed of [folder, join(folder, 'secrets')]) chmodSync(closed, 0o700);
  return folder;
}
const all = (home: string, calls: readonly (readonly string[])[]): Promise<CliResult[]> =>
  Promise.all(calls.map((args) => runCli(home, args)));
/** Opens a home in this process, and closes it. */
async function inside<T>(home: string, work: (embedded: Embedded) => Promise<T> | T): Promise<T> {
  const embedded = openHome(home);
  try {
    return await work(embedded);
  } finally {
    embedded.close();
  }
}
/** Everything that a home is: its items, its objects and its secrets. The kill switch and the key of sessions are no part of what a backup brings back. */
const contentOf = (home: string): Promise<{ items: unknown[]; files: string[] }> =>
  inside(home, (embedded) => ({
    items: embedded.state.db
      .prepare("SELECT * FROM items WHERE pk NOT LIKE 'KILL#%' AND pk <> 'AUDIT#kill' ORDER BY tbl, pk, sk")
      .all(),
    files: ['objects', 'secrets'].flatMap((folder) =>
      readdirSync(join(home, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'signing-key.json')
        .map(
          (entry) =>
            `${join(entry.parentPath, entry.name).slice(home.length)} ${readFileSync(join(entry.parentPath, entry.name)).toString('base64')}`,
        )
        .sort(),
    ),
  }));

describe('every command', () => {
  const COMMANDS = [
    'start',
    'import',
    'daily',
    'hourly',
    'bars',
    'lake',
    'signals',
    'ledger',
    'kill',
    'backup',
    'restore',
    'doctor',
  ];

  it('explains itself with --help, exits 0 and touches no home', async () => {
    const home = join(newFolder('help'), 'none');
    const results = await all(home, [
      ['--help'],
      ...COMMANDS.map((name) => [name, '--help']),
      ['ledger', 'verify', '--help'],
    ]);
    for (const { code, stdout } of results) {
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Usage: aion/);
    }
    for (const name of COMMANDS) expect(results[0]!.stdout).toContain(`\n  ${name}`);
    expect(existsSync(home)).toBe(false);
  });

  it('refuses what it cannot use with its exit code, a message that says what to do, and one JSON line', async () => {
    const home = newFolder('empty');
    const cases: [string[], number, RegExp][] = [
      [['ledger'], 2, /give a command|unknown option/],
      [['dayly'], 2, /unknown command.*dayly/],
      [['doctor', '--bogus'], 2, /unknown option.*--bogus/],
      [['import'], 2, /missing required argument/],
      [['import', join(home, 'nope.csv')], 2, /there is no file or folder ".*nope\.csv"; check the path/],
      [['import', newFolder('nothing')], 2, /no file is in/],
      [['daily', '--date', '27.02.2026'], 2, /--date needs YYYY-MM-DD, found "27\.02\.2026"/],
      [['daily', '--date', '2026-02-30'], 2, /--date needs YYYY-MM-DD/],
      [['daily', '--workers', '0'], 2, /--workers needs 1 to 16/],
      [['daily'], 3, /no bars are stored yet; import/],
      [['daily', '--run', 'NSE-unknown'], 3, /there is no run "NSE-unknown"/],
      [['hourly'], 3, /no bars are stored yet; import/],
      [['bars'], 2, /required option '--symbol/],
      [['bars', '--symbol', 'X'], 3, /no bars of X are stored/],
      [['bars', '--symbol', 'X', '--from', 'May'], 2, /--from needs YYYY-MM-DD/],
      [['signals'], 3, /no run has been published yet/],
      [['signals', '--tier', 'gold'], 2, /--tier needs basic, pro or elite, found "gold"/],
      [['signals', '--limit', 'many'], 2, /--limit needs a number above 0/],
      [['kill', 'perhaps'], 2, /expected on or off, found "perhaps"/],
      [['kill', 'on'], 2, /say why with --reason/],
      [['backup', home], 4, /exists already; give a folder that does not/],
      [['restore', newFolder('no-backup')], 2, /is no whole backup: it has no backup\.json/],
    ];
    const results = await all(
      home,
      cases.map(([args]) => [...args, '--json']),
    );
    for (const [i, [args, code, message]] of cases.entries()) {
      const result = results[i]!;
      expect([args, result.code]).toEqual([args, code]);
      const { error } = result.json<{ error: { code: string; fault: string; message: string } }>();
      expect(error.fault).toBe(error.code === 'missing_data' ? 'operator' : 'caller');
      expect(error.message).toMatch(message);
      expect(error.code).toMatch(/^[a-z_]+$/);
      expect(result.stderr).not.toMatch(/\n\s+at .*\.ts:\d+/);
    }
  });

  it('says in one line what is stored damaged, whose schema nobody named', async () => {
    const home = copyOf(published);
    await inside(home, async ({ items, objects }) => {
      const { key } = await objects.put('snap/damaged', new TextEncoder().encode('{"exchange":"NSE"}'), '.json');
      const found = (await items.get(latestKey('NSE', 'POINTER')))!;
      await items.put({ ...found, body: { ...found.body, snapshots: { basic: key, pro: key, elite: key } } });
    });
    const damaged = await runCli(home, ['signals', '--json']);
    expect(damaged.code).toBe(5);
    expect(damaged.stderr).toMatch(/^aion: what is stored cannot be read: \w+: .*; restore a backup[^\n]*\n$/);
    expect(damaged.json()).toMatchObject({ error: { code: 'corrupt', fault: 'storage' } });
  });

  it('a damaged newest run ends no command that does not show it, and a pointer of a newer program ends those that do', async () => {
    const home = copyOf(published);
    const put = (sk: 'POINTER' | 'RUN', change: object) =>
      inside(home, async ({ items }) => {
        const found = (await items.get(latestKey('NSE', sk)))!;
        await items.put({ ...found, ...change });
      });
    await put('RUN', { body: { id: 7 } });
    expect((await runCli(home, ['signals'])).code).toBe(0);
    await put('POINTER', { v: 2 });
    const newer = await runCli(home, ['signals', '--json']);
    expect(newer.code).toBe(5);
    expect(newer.json()).toMatchObject({
      error: { code: 'corrupt', message: expect.stringContaining('a newer program') },
    });
    const doctor = (await runCli(home, ['doctor', '--json'])).json<{ checks: { name: string; detail: string }[] }>();
    expect(doctor.checks.filter(({ detail }) => detail.includes('\n'))).toEqual([]);
    expect(doctor.checks.map(({ detail }) => detail).join('; ')).toContain('a newer program');
  });

  it('stops trading also while the configuration cannot be used, and through a link to the home', async () => {
    const home = newFolder('broken-config');
    openHome(home).close();
    writeFileSync(join(home, 'config.json'), '{ no json');
    const link = join(newFolder('link'), 'home');
    symlinkSync(home, link);
    const stopped = await runCli(link, ['kill', 'on', '--reason', 'a drill', '--json'], { AION_WORKERS: 'many' });
    expect(stopped, stopped.stderr).toMatchObject({ code: 0 });
    expect(stopped.stderr).toContain('The kill switch works without it');
    rmSync(join(home, 'config.json'));
    // Nor may whatever else is in its place.
    mkdirSync(join(home, 'config.json'));
    const again = await runCli(home, ['kill', 'on', '--reason', 'a folder for a configuration']);
    expect(again.code, again.stderr).toBe(0);
    rmSync(join(home, 'config.json'), { recursive: true });
    expect((await runCli(home, ['kill', '--json'])).json()).toMatchObject({ active: true, known: true });
  });

  it('refuses a configuration that cannot be used, naming the variable', async () => {
    const result = await runCli(newFolder('config'), ['doctor', '--json'], { AION_WORKERS: 'many' });
    expect(result.code).toBe(2);
    expect(result.json<{ error: { message: string } }>().error.message).toMatch(/workers \(AION_WORKERS\)/);
  });
});

describe('import and bars', () => {
  const row = (date: string, close: number): string => `SPLIT,${date},${close},${close},${close},${close},1000`;

  it('reads a folder of good, bad and other files and says of each what became of it', async () => {
    const home = newFolder('import');
    const folder = newFolder('files');
    mkdirSync(join(folder, 'inner'));
    const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
    put(
      'inner/good.csv',
      [CSV_HEADER, row('2026-02-25', 200), row('2026-02-26', 100), row('2026-02-27', 101)].join('\n'),
    );
    put('mixed.csv', [CSV_HEADER, 'OTHER,2026-02-27,10,9,11,10,5', 'OTHER,2026-02-26,10,11,9,10,5'].join('\n'));
    put('refused.csv', 'what,is,this\n1,2,3\n');
    put('notes.txt', 'not for import');
    put('actions.csv', 'symbol,ex_date,type,value\nSPLIT,2026-02-26,split_or_bonus,2\n');

    const first = await runCli(home, ['import', folder, '--json']);
    expect(first.code, first.stderr).toBe(0);
    const report = first.json<{
      stored: number;
      refused: number;
      ignored: number;
      symbols: number;
      files: { name: string; status: string; why?: string }[];
    }>();
    expect(report).toMatchObject({ refused: 1, ignored: 1, symbols: 2, quarantined: { ohlc_order: 1 } });
    expect(Object.fromEntries(report.files.map(({ name, status }) => [name, status]))).toEqual({
      'actions.csv': 'imported',
      'inner/good.csv': 'imported',
      'mixed.csv': 'imported',
      'notes.txt': 'ignored',
      'refused.csv': 'refused',
    });
    expect(report.files.find(({ name }) => name === 'refused.csv')?.why).toMatch(/header|column/i);

    const [again, raw, adjusted, none] = await all(home, [
      ['import', folder],
      ['bars', '--symbol', 'split', '--json'],
      ['bars', '--symbol', 'SPLIT', '--from', '2026-02-25', '--to', '2026-02-26', '--adjusted', '--json'],
      ['bars', '--symbol', 'SPLIT', '--from', '2026-03-01', '--json'],
    ]);
    expect(again!.stdout).toMatch(/refused\.csv: REFUSED, nothing stored/);
    expect(again!.stdout).toMatch(/good\.csv: 3 rows .* 0 stored, 3 known already/);
    type Bars = {
      bars: { sessionDate: string; open: number; high: number; low: number; close: number; volume: number }[];
    };
    const bar = (sessionDate: string, price: number, volume: number): Bars['bars'][number] => ({
      sessionDate,
      open: price,
      high: price,
      low: price,
      close: price,
      volume,
    });
    expect(raw!.json<Bars>().bars.map(({ close }) => close)).toEqual([200, 100, 101]);
    expect(adjusted!.json<Bars>().bars).toEqual([bar('2026-02-25', 100, 2000), bar('2026-02-26', 100, 1000)]);
    expect(none!.json<Bars>().bars).toEqual([]);
  });

  it('exits 2 when nothing of what it was given could be used', async () => {
    const folder = newFolder('all-bad');
    writeFileSync(join(folder, 'refused.csv'), 'what,is,this\n1,2,3\n');
    const result = await runCli(newFolder('import-bad'), ['import', folder, '--json']);
    expect(result.code).toBe(2);
    expect(result.json()).toMatchObject({ stored: 0, refused: 1 });
  });
});

describe('runs and signals', () => {
  it('shows the list as a tier sees it', async () => {
    const results = await all(published, [
      ['signals', '--tier', 'basic', '--json'],
      ['signals', '--tier', 'pro', '--limit', '3', '--json'],
      ['signals', '--tier', 'basic'],
    ]);
    const basic = LatestSignals.parse(results[0]!.json());
    expect(basic).toMatchObject({ tier: 'basic', badges: ['SIMULATED', 'STUB'] });
    expect(basic.signals.map(({ access, rank }) => [access, rank])).toEqual([1, 2, 3, 4, 5].map((n) => ['basic', n]));
    const pro = LatestSignals.parse(results[1]!.json());
    expect([pro.signals.length, pro.signals[0]?.access]).toEqual([3, 'full']);
    expect(results[2]!.stdout).toMatch(/SIMULATED STUB: 5 of \d+ signals as basic/);
    expect(results[2]!.stdout).not.toMatch(/ %/);
  });

  it('refuses a day without a session and a run of another kind', async () => {
    const home = copyOf(published);
    const { runId } = (await runCli(home, ['hourly', '--json'])).json<{ runId: string }>();
    const [holiday, kind] = await all(home, [
      ['daily', '--date', '2026-02-28', '--json'],
      ['daily', '--run', runId, '--json'],
    ]);
    expect([holiday!.code, kind!.code]).toEqual([2, 2]);
    expect(holiday!.stderr).toMatch(/2026-02-28 is no NSE session .*last session before it is 2026-02-27/);
    expect(kind!.stderr).toMatch(/is the hourly run of/);
  });

  it('the kill switch goes on and off and stays what it is', async () => {
    const home = newFolder('kill');
    const none = await runCli(home, ['kill', 'on', '--reason', 'a drill']);
    expect([none.code, none.stderr]).toEqual([3, expect.stringMatching(/no product lives in .*AION_HOME/)]);
    openHome(home).close();
    expect((await runCli(home, ['kill', '--json'])).json()).toMatchObject({ active: false, by: null });
    await runCli(home, ['kill', 'on', '--reason', 'a drill']);
    expect((await runCli(home, ['kill', '--json'])).json()).toMatchObject({ active: true, reason: 'a drill' });
    expect((await runCli(home, ['kill', 'off', '--reason', 'over'])).stdout).toMatch(
      /is off, since .* command line: over/,
    );
  });
});

describe('ledger verify', () => {
  const verify = (home: string): Promise<CliResult> => runCli(home, ['ledger', 'verify', '--json']);

  it('exits 0 on the whole record and 5 on each kind of tampering, naming what does not hold', async () => {
    const whole = await verify(published);
    expect(whole.code).toBe(0);
    expect(whole.json()).toMatchObject({ ok: true, problems: [] });
    const tamperings: [string, string, RegExp][] = [
      [
        'a changed signal',
        'UPDATE items SET body = replace(body, \'"side":"BUY"\', \'"side":"SELL"\') WHERE rowid = (SELECT min(rowid) FROM items WHERE sk LIKE \'SIG#%\' AND body LIKE \'%"side":"BUY"%\')',
        /differs from what was committed/,
      ],
      [
        'a removed signal',
        "DELETE FROM items WHERE rowid = (SELECT min(rowid) FROM items WHERE sk LIKE 'SIG#%' AND pk LIKE 'DAY#%')",
        /in the record but no longer stored/,
      ],
      ['a removed entry', "DELETE FROM items WHERE pk = 'LEDGER#NSE' AND sk = 'ENTRY#000000002'", /entry 2 is missing/],
      [
        'a changed root',
        "UPDATE items SET body = json_set(body, '$.merkleRoot', 'x') WHERE pk = 'LEDGER#NSE' AND sk LIKE 'ROOT#%'",
        /root of 2026-02-27 revision 1 does not fit/,
      ],
    ];
    const homes = await Promise.all(
      tamperings.map(async ([, sql]) => {
        const home = copyOf(published);
        await inside(home, (embedded) => {
          const table = embedded.state.db.prepare("SELECT sql FROM sqlite_master WHERE name = 'items'").get();
          const text = String(table?.['sql']).includes('WITHOUT ROWID') ? sql.replaceAll('rowid', 'pk || sk') : sql;
          expect(embedded.state.db.prepare(text).run().changes).toBe(1);
        });
        return home;
      }),
    );
    const results = await Promise.all(homes.map(verify));
    for (const [i, [name, , message]] of tamperings.entries()) {
      expect([name, results[i]!.code]).toEqual([name, 5]);
      expect(results[i]!.json<{ problems: string[] }>().problems.join('\n')).toMatch(message);
    }
    expect((await runCli(homes[0]!, ['doctor', '--json'])).code).toBe(1);
  });
});

describe('backup and restore', () => {
  it('bring back the whole state after it was changed, and keep what was there', async () => {
    const home = copyOf(published);
    writeFileSync(join(home, 'config.json'), '{"workers":1}');
    const before = await contentOf(home);
    const folder = join(newFolder('backups'), 'one');
    const saved = await runCli(home, ['backup', folder, '--json']);
    expect(saved.code, saved.stderr).toBe(0);
    expect((await runCli(home, ['kill', 'on', '--reason', 'a change'])).code).toBe(0);
    await inside(home, (embedded) => saveProfile(embedded.items, { simulated: false, asOfMs: null }));
    writeFileSync(join(home, 'config.json'), '{"workers":3}');
    rmSync(join(home, 'objects', 'stages'), { recursive: true });

    const unsure = await runCli(home, ['restore', folder, '--json']);
    expect(unsure).toMatchObject({ code: 4, stderr: expect.stringContaining('setting workers: 3 → 1') as string });
    const restored = await runCli(home, ['restore', folder, '--yes', '--json']);
    expect(restored.code, restored.stderr).toBe(0);
    const { keptAs, files } = restored.json<{ keptAs: string; files: number }>();
    expect(files).toBe(saved.json<{ files: number }>().files);
    expect(await contentOf(home)).toEqual(before);
    expect((await runCli(home, ['kill', '--json'])).json()).toMatchObject({ active: true, reason: 'a change' });
    expect(readFileSync(join(home, 'config.json'), 'utf8')).toBe('{"workers":1}');
    expect(readFileSync(join(keptAs, 'config.json'), 'utf8')).toBe('{"workers":3}');
    const [verified, again] = await all(home, [
      ['ledger', 'verify', '--json'],
      ['daily', '--json'],
    ]);
    expect(verified!.json()).toMatchObject({ ok: true });
    // Nothing is left to do: the restored state is that of a finished run.
    expect(again!.json<{ revision: number; stages: Record<string, { status: string }> }>()).toMatchObject({
      revision: 1,
    });
  });

  it('restore nothing under a product that runs', async () => {
    const home = copyOf(published);
    const folder = join(newFolder('backups'), 'one');
    expect((await runCli(home, ['backup', folder])).code).toBe(0);
    const running = openHome(home);
    const refused = await spawnCli(home, ['restore', folder, '--yes', '--json']);
    expect([refused.code, refused.json<{ error: { message: string } }>().error.message]).toEqual([
      4,
      expect.stringMatching(/is in use; stop the product and its runs first/),
    ]);
    await running.items.put({ table: 'product', pk: 'STILL', sk: 'HERE', v: 1, body: {} });
    running.close();
    expect(readdirSync(dirname(home))).toEqual([basename(home)]);
    expect((await runCli(home, ['restore', folder, '--yes', '--json'])).code).toBe(0);
  });

  it('refuse a damaged, shortened or forged backup with nothing changed', async () => {
    const home = copyOf(published);
    const before = await contentOf(home);
    const whole = join(newFolder('backups'), 'whole');
    await runCli(home, ['backup', whole]);
    const objectOf = (folder: string): string => {
      const { files } = JSON.parse(readFileSync(join(folder, 'backup.json'), 'utf8')) as { files: { path: string }[] };
      return join(folder, files.find(({ path }) => path.startsWith('objects/'))!.path);
    };
    const editManifest = (folder: string, edit: (text: string) => string): void =>
      writeFileSync(join(folder, 'backup.json'), edit(readFileSync(join(folder, 'backup.json'), 'utf8')));
    const damages: [string, (folder: string) => void, RegExp][] = [
      [
        'a changed byte',
        (folder) =>
          writeFileSync(
            objectOf(folder),
            Buffer.concat([readFileSync(objectOf(folder)).subarray(1), Buffer.from('x')]),
          ),
        /is damaged; nothing was restored/,
      ],
      ['a missing file', (folder) => rmSync(objectOf(folder)), /is missing; nothing was restored/],
      [
        'a changed state file',
        (folder) => writeFileSync(join(folder, 'state.db'), 'x'),
        /state\.db of the backup is damaged/,
      ],
      [
        'a manifest that is cut off',
        (folder) => editManifest(folder, (text) => text.slice(0, 100)),
        /does not have its shape/,
      ],
      [
        'a manifest that leads elsewhere',
        (folder) => editManifest(folder, (text) => text.replace('"state.db"', '"../escaped.db"')),
        /does not have its shape/,
      ],
    ];
    for (const [name, damage, message] of damages) {
      const folder = copyOf(whole);
      damage(folder);
      const result = await runCli(home, ['restore', folder, '--yes', '--json']);
      expect([name, result.code]).toEqual([name, 5]);
      expect(result.json<{ error: { message: string } }>().error.message).toMatch(message);
      expect(readdirSync(dirname(home))).toEqual([basename(home)]);
    }
    expect(await contentOf(home)).toEqual(before);
  });
});

describe('doctor', () => {
  it('finds every part of an empty home and of a filled one in order, with each setting’s origin', async () => {
    type Report = {
      settings: { name: string; origin: string }[];
      checks: { name: string; ok: boolean; detail: string }[];
    };
    const [empty, filled, text] = await Promise.all([
      runCli(newFolder('doctor'), ['doctor', '--json']),
      runCli(copyOf(published), ['doctor', '--json'], { AION_WORKERS: '1' }),
      runCli(copyOf(published), ['doctor']),
    ]);
    const detail = (result: CliResult, name: string): string => {
      const found = result.json<Report>().checks.find((check) => check.name === name);
      expect(found, name).toMatchObject({ ok: true });
      return found!.detail;
    };
    expect([empty.code, filled.code, text.code]).toEqual([0, 0, 0]);
    expect(detail(empty, 'market data')).toMatch(/none yet/);
    expect(detail(empty, 'published run')).toBe('none yet');
    expect(detail(filled, 'market data')).toMatch(/2026-02-27, \d+ symbols, SIMULATED, frozen clock/);
    expect(detail(filled, 'published run')).toBe('2026-02-27 revision 1');
    expect(detail(filled, 'track record')).toMatch(/\d+ entries hold/);
    expect(detail(filled, 'models')).toMatch(/\(stub\)/);
    expect(filled.json<Report>().settings.find(({ name }) => name === 'workers')).toMatchObject({
      value: 1,
      origin: 'environment',
    });
    expect(text.stdout).toMatch(/✓ {2}model runtime/);
    for (const { stdout } of [empty, filled, text]) expect(stdout).not.toMatch(/"d":|PRIVATE|demo-[0-9a-f]{10}/);
  });

  it('says what is wrong and exits 1 when a part does not work', async () => {
    const home = copyOf(published);
    await inside(home, (embedded) => embedded.items.delete({ table: 'product', pk: 'LEDGER#NSE', sk: 'HEAD' }));
    const prod = copyOf(published);
    const [broken, mode] = await Promise.all([
      runCli(home, ['doctor']),
      runCli(prod, ['doctor', '--json'], { MODE: 'prod' }),
    ]);
    expect(broken.code).toBe(1);
    expect(broken.stdout).toMatch(/✗ {2}track record: .*the head names/);
    expect(mode.code).toBe(1);
  });
});

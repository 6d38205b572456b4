const KEYS: readonly (readonly [string, string])[] = [
  ['/', 'Search the list'],
  ['j', 'Next row'],
  ['k', 'Previous row'],
  ['o', 'Open the row'],
  ['Ctrl K or ⌘ K', 'Command palette'],
  ['?', 'This sheet'],
  ['Esc', 'Close, or clear the search'],
];

export function Shortcuts() {
  return (
    <div className="p-6">
      <h2 className="text-lead font-semibold">Keyboard shortcuts</h2>
      <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
        {KEYS.map(([key, meaning]) => (
          <div key={key} className="contents">
            <dt>
              <kbd className="rounded-sm border border-line bg-raised px-2 font-sans text-note">{key}</kbd>
            </dt>
            <dd className="text-ink-2">{meaning}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

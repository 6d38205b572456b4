import { LEGEND } from './layers.ts';

/** The short names on the chart in plain words. */
export function Legend() {
  return (
    <details className="mt-1">
      <summary className="inline-block text-accent underline-offset-4 hover:underline">What the marks mean</summary>
      <dl className="mt-2 grid max-w-[110ch] gap-1 text-ink-2 sm:grid-cols-[max-content_minmax(0,1fr)] sm:gap-x-4">
        {LEGEND.map(([name, meaning]) => (
          <div key={name} className="sm:contents">
            <dt className="font-medium text-ink">{name}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

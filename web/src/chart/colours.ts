/** The colours of the page as the canvas needs them: resolved, for the theme and the direction colours that are on. */
export interface ChartColours {
  readonly surface: string;
  readonly ink: string;
  readonly inkSoft: string;
  readonly line: string;
  readonly accent: string;
  readonly up: string;
  readonly down: string;
  readonly warn: string;
}

export function readColours(host: HTMLElement): ChartColours {
  const probe = document.createElement('span');
  host.append(probe);
  const resolve = (token: string): string => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const colours: ChartColours = {
    surface: resolve('surface'),
    ink: resolve('ink'),
    inkSoft: resolve('ink-3'),
    line: resolve('line'),
    accent: resolve('accent'),
    up: resolve('up'),
    down: resolve('down'),
    warn: resolve('warn'),
  };
  probe.remove();
  return colours;
}

/** The same colour with an alpha in [0,1]. Takes `rgb(r, g, b)` as browsers compute it. */
export const fade = (rgb: string, alpha: number): string =>
  rgb.replace(/^rgb\(([^)]+)\)$/, (_, channels: string) => `rgba(${channels}, ${alpha})`);

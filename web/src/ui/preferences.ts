/** What a person chose about the looks; cookies, so that the server draws the first paint right. */
export const THEMES = ['dark', 'light', 'system'] as const;
export type Theme = (typeof THEMES)[number];
export const DIRECTIONS = ['western', 'colour-blind', 'east'] as const;
export type DirectionColours = (typeof DIRECTIONS)[number];

export const THEME_COOKIE = 'aion-theme';
export const DIRECTION_COOKIE = 'aion-direction';
export const RAIL_COOKIE = 'aion-rail';

export const toTheme = (value: string | undefined): Theme => THEMES.find((theme) => theme === value) ?? 'dark';
export const toDirection = (value: string | undefined): DirectionColours =>
  DIRECTIONS.find((direction) => direction === value) ?? 'western';

const YEAR_SECONDS = 31_536_000;
export function savePreference(cookie: string, value: string): void {
  document.cookie = `${cookie}=${value}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
  savePreference(THEME_COOKIE, theme);
}
export function applyDirection(direction: DirectionColours): void {
  document.documentElement.dataset['direction'] = direction;
  savePreference(DIRECTION_COOKIE, direction);
}
/** The theme that is on now, with `system` resolved. */
export function currentTheme(): 'dark' | 'light' {
  const theme = toTheme(document.documentElement.dataset['theme']);
  if (theme !== 'system') return theme;
  return window.matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
}

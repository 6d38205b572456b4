import { localPath, loginPath } from './local-path.ts';

/** Leaves for another page of this site with a full load, so that no page of before stays in memory. Every navigation by script is here. */
export function leaveFor(path: string): void {
  window.location.assign(localPath(path));
}

/** Leaves for the login, which leads back to the page that is shown now unless `back` says otherwise. */
export function leaveForLogin(back: string = window.location.pathname + window.location.search): void {
  window.location.assign(loginPath(back));
}

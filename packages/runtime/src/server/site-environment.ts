/** What a process needs of its machine, and what the site is configured by. Everything else stays here: keys of sources among it. */
const ALLOWED = [
  /^(PATH|PATHEXT|HOME|USER|USERPROFILE|SHELL|LANG|LANGUAGE|TZ|TMP|TEMP|TMPDIR|TERM|CI|NO_COLOR|FORCE_COLOR)$/i,
  /^(SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|APPDATA|LOCALAPPDATA|PROGRAMDATA)$/i,
  /^LC_[A-Z]+$/,
  /^NODE_(EXTRA_CA_CERTS|OPTIONS|COMPILE_CACHE|V8_COVERAGE)$/,
  /^AION_(AUTH_URL|AUTH_KEY|AUTH_FORWARD_KEY|SITE_[A-Z_]+)$/,
];

/** The environment of the site's process: it is exposed to strangers' requests and needs no secret of the product. */
export function siteEnvironment(environment: Readonly<NodeJS.ProcessEnv>): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => ALLOWED.some((pattern) => pattern.test(name)));
  return { ...Object.fromEntries(kept), NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' };
}

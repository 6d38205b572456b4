const MACHINE = [
  /^(PATH|PATHEXT|HOME|USER|USERPROFILE|SHELL|LANG|LANGUAGE|TZ|TMP|TEMP|TMPDIR|TERM|CI|NO_COLOR|FORCE_COLOR)$/i,
  /^(SYSTEMROOT|SYSTEMDRIVE|WINDIR|COMSPEC|APPDATA|LOCALAPPDATA|PROGRAMDATA)$/i,
  /^LC_[A-Z]+$/,
  /^NODE_(EXTRA_CA_CERTS|OPTIONS|COMPILE_CACHE|V8_COVERAGE)$/,
];
const SITE = [...MACHINE, /^AION_(AUTH_URL|AUTH_KEY|AUTH_FORWARD_KEY|SITE_[A-Z_]+)$/];

type Environment = Readonly<Record<string, string | undefined>>;

const only = (environment: Environment, allowed: readonly RegExp[]): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([name]) => allowed.some((pattern) => pattern.test(name))));

/** What any process needs of its machine, and nothing that configures the product or opens something. */
export const machineEnvironment = (environment: Environment): Environment => only(environment, MACHINE);

/** The environment of the site's process: it is exposed to strangers' requests and needs no secret of the product. */
export const siteEnvironment = (environment: Environment) => ({
  ...only(environment, SITE),
  NEXT_TELEMETRY_DISABLED: '1',
  NODE_ENV: 'production' as const,
});

/** An account that the product printed when it started. */
export interface PrintedLogin {
  readonly label: string;
  readonly email: string;
  readonly password: string;
}

/** What a command of the product's command line ended with. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running product on loopback, as an attacker on the same machine or network meets it. */
export interface Product {
  readonly siteUrl: string;
  readonly apiUrl: string;
  readonly home: string;
  /** The process that `aion start` runs in. */
  readonly pid: number;
  readonly logins: readonly PrintedLogin[];
  /** All that the start printed, such as one-time links. */
  readonly printed: string;
  /** Ends this product and waits until its process is gone. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface Target extends Product {
  /** Runs `aion …` as a process of its own, on this product's home unless another is named. */
  command(args: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /** A product of the attack's own, in a copy of this one's home, for what destroys or restarts; the runner stops it at the end. */
  another(options?: AnotherOptions): Promise<Product>;
  /** A folder that the runner removes at the end. */
  folder(name: string): string;
}

export interface CommandOptions {
  readonly home?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface AnotherOptions extends CommandOptions {
  readonly args?: readonly string[];
  readonly withSite?: boolean;
}

/**
 * One attack on one row of the list of faults. `run` returns when the product held and throws an error that says what the attacker got.
 *
 * @example { row: '3', title: 'a tab in ?next= leads to another site', run: async ({ siteUrl }) => { … } }
 */
export interface Attack {
  readonly row: string;
  readonly title: string;
  run(target: Target): Promise<void>;
}

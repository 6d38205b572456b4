import { AppError } from '@aion/core';

/** Refuses a client that speaks to another region than the stage's: its tables and buckets would look absent, or be others. */
export async function checkRegion(
  service: string,
  client: { config: { region: string | (() => Promise<string>) } },
  expected: string,
): Promise<void> {
  const { region } = client.config;
  const found = typeof region === 'string' ? region : await region();
  if (found === expected) return;
  throw new AppError(
    'bad_input',
    `${service}: this stage lies in the region ${expected}, the client speaks to ${found}; set AWS_REGION=${expected}`,
    { context: { service, expected, found } },
  );
}

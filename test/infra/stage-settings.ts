export const ACCOUNT = '123456789012';

/** A stage's settings, as the deployer would have them in the environment. */
export const STAGE_SETTINGS: Readonly<Record<string, string>> = {
  AION_ALERT_EMAIL: 'operator@example.com',
  AION_MONTHLY_BUDGET_USD: '150',
  AION_SUPABASE_URL: 'https://abcdefgh.supabase.co',
  AION_SUPABASE_ANON_KEY: 'anon-key-that-is-long-enough',
  AION_SITE_DOMAIN: 'app.example.com',
  AION_SITE_CERTIFICATE_ARN: `arn:aws:acm:us-east-1:${ACCOUNT}:certificate/site`,
  AION_LIVE_DOMAIN: 'live.example.com',
  AION_LIVE_CERTIFICATE_ARN: `arn:aws:acm:ap-south-1:${ACCOUNT}:certificate/live`,
  AION_IMAGE_TAG: 'abc1234',
};

export const DEV_SETTINGS = {
  AION_ALERT_EMAIL: 'dev@example.com',
  AION_SUPABASE_URL: 'https://abcdefgh.supabase.co',
  AION_SUPABASE_ANON_KEY: 'anon-key-that-is-long-enough',
};

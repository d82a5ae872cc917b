const SECRET = /token|secret|passw|pwd|key|auth|code|session|sid|sig|otp|ticket|credential/i;

/** An address as views and logs may show it: no credentials, no fragment, no values of secret-looking parameters. */
export function shownUrl(address: string): string {
  if (!URL.canParse(address)) return '';
  const url = new URL(address);
  if (!/^https?:$/.test(url.protocol)) return address.slice(0, 100);
  url.username = '';
  url.password = '';
  url.hash = '';
  for (const name of [...url.searchParams.keys()]) {
    if (SECRET.test(name)) url.searchParams.set(name, '***');
  }
  return url.href;
}

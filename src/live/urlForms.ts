import { parse, stringify } from 'node:querystring';

/**
 * The forms of a URL that Twilio may have signed: with and without its port, as given, normalized, and with the query in an
 * older encoding. They are the forms that Twilio's own libraries accept.
 */
export function urlForms(url: string): readonly string[] {
  const normalized = new URL(url).href;
  const older = withOlderQuery(normalized);
  return [...new Set([url, normalized, older].flatMap((form) => [withoutPort(form), withPort(form)]))];
}

const URL_PARTS = /^(https?:\/\/(?:[^/?#]*@)?)(\[[^\]]*\]|[^/?#:]*)(:\d*)?(.*)$/is;

const withoutPort = (url: string): string => url.replace(URL_PARTS, '$1$2$4');

const withPort = (url: string): string =>
  url.replace(URL_PARTS, (_, start: string, host: string, port: string | undefined, rest: string) => {
    const standardPort = /^https/i.test(start) ? ':443' : ':80';
    return start + host + (port || standardPort) + rest;
  });

function withOlderQuery(url: string): string {
  const queryStart = url.indexOf('?') + 1;
  if (queryStart === 0 || queryStart === url.length) return url;
  return url.slice(0, queryStart) + stringify(parse(url.slice(queryStart)));
}

import { randomBytes } from 'node:crypto';

export const newSid = (prefix: string): string => prefix + randomBytes(16).toString('hex');

export const isSid = (prefix: string) => {
  const pattern = new RegExp(`^${prefix}[0-9a-fA-F]{32}$`);
  return (text: string): boolean => pattern.test(text);
};

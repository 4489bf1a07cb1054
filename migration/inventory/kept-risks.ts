// What an inventory says of entries that Retag keeps without acting upon them, and of those that it does not know.
import type { Inventory, Risk } from './inventory.ts';

export function keptRisks({ kept, account }: Pick<Inventory, 'kept' | 'account'>): Risk[] {
  const countOf = (wanted: string) => kept.find(({ kind }) => kind === wanted)?.count ?? 0;
  const risks: Risk[] = [];
  const keys = countOf('kra-key');
  if (keys > 0)
    risks.push({
      severity: 'watching',
      subject: `${keys} keys of the KRA`,
      message: `they and ${countOf('kra-request')} requests are kept as they are, wrapped; Retag does not recover keys`,
      advice: 'Keep the KRA running: everything under /kra goes on to it.',
    });
  const accounts = countOf('acme-account');
  if (accounts > 0)
    risks.push({
      severity: 'watching',
      subject: `${accounts} accounts of ACME`,
      message: `they and ${countOf('acme-order')} orders are kept as they are; Retag does not speak ACME yet`,
      advice: 'Keep the ACME responder running.',
    });
  const unknown = account.filter(({ kind, reason }) => kind === null && reason === null);
  const [first] = unknown;
  if (first !== undefined)
    risks.push({
      severity: 'watching',
      subject: `${unknown.reduce((sum, { count }) => sum + count, 0)} entries that nobody knows`,
      message: `for example class ${first.objectClass} under ${first.container}; they are not taken into the record`,
      advice: 'See what they are; another subsystem or a program of your own may keep them there.',
    });
  return risks;
}

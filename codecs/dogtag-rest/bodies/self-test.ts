// Self tests and what came of them, as `selftests` shows them.
import { asAttribute, type BodyOf, flag, link, optionalFlag, text } from '../body-schema.ts';

export const selfTestData = {
  root: 'SelfTest',
  className: 'com.netscape.certsrv.selftests.SelfTestData',
  unknownMembers: 'refuse',
  declaresAtom: true,
  fields: {
    id: asAttribute(text('id')),
    enabledAtStartup: flag('EnabledAtStartup'),
    criticalAtStartup: optionalFlag('CriticalAtStartup'),
    enabledOnDemand: flag('EnabledOnDemand'),
    criticalOnDemand: optionalFlag('CriticalOnDemand'),
    link: link('Link'),
  },
  later: [
    'id',
    ['enabledAtStartup', 'enabledAtStartup'],
    ['criticalAtStartup', 'criticalAtStartup'],
    ['enabledOnDemand', 'enabledOnDemand'],
    ['criticalOnDemand', 'criticalOnDemand'],
  ],
  xmlOrder: ['id', 'criticalAtStartup', 'criticalOnDemand', 'enabledAtStartup', 'enabledOnDemand', 'link'],
  collection: { root: 'SelfTests', typeName: 'selfTestData', json: 'entries', item: 'SelfTest' },
} as const;
export type SelfTestData = BodyOf<typeof selfTestData>;

export const selfTestResult = {
  root: 'SelfTestResult',
  className: 'com.netscape.certsrv.selftests.SelfTestResult',
  unknownMembers: 'refuse',
  fields: {
    id: asAttribute(text('id')),
    /** `PASSED` or `FAILED`. */
    status: text('Status'),
    output: text('Output'),
  },
  later: ['id', ['status', 'status'], ['output', 'output']],
  xmlOrder: ['id', 'output', 'status'],
  collection: { root: 'SelfTestResults', typeName: 'selfTestResult', json: 'entries', item: 'SelfTestResult' },
} as const;

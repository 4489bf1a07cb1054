// Serial numbers as people type them.
import { type SerialNumber, serialNumber } from '#ca-core/engine';
import { CommandFailure } from './failure.ts';

/** Decimal, or hexadecimal after 0x. Throws CommandFailure. */
export function parseSerialArgument(text: string): SerialNumber {
  if (!/^(?:[0-9]{1,49}|0[xX][0-9a-fA-F]{1,40})$/.test(text))
    throw new CommandFailure(`"${text}" is no serial number`, {
      nextStep: 'give it in decimal, or in hexadecimal after 0x',
      exitCode: 2,
    });
  return serialNumber(BigInt(text));
}

// Facts of being interrupted: long work is told once, with what to do next, and afterwards Ctrl-C ends the program again.
import assert from 'node:assert/strict';
import { CommandFailure } from './failure.ts';
import { listenForInterruption } from './until-interrupted.ts';

describe('long work that listens for an interruption', () => {
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    it(`is stopped by ${name} with a next step, and no longer listens when it is done`, () => {
      const before = process.listenerCount(name);
      const { signal, stop } = listenForInterruption('run it again');
      assert.equal(signal.aborted, false);
      process.emit(name, name);
      assert.throws(
        () => signal.throwIfAborted(),
        (error) => error instanceof CommandFailure && error.nextStep === 'run it again',
      );
      stop();
      assert.equal(process.listenerCount(name), before);
    });

  it('leaves no listener behind when nobody interrupted', () => {
    const before = process.listenerCount('SIGINT');
    listenForInterruption('').stop();
    assert.equal(process.listenerCount('SIGINT'), before);
  });
});

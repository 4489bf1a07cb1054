// Worker of write-corpus.ts: makes stretches on a thread of its own, since signing is most of the work.
import { parentPort, workerData } from 'node:worker_threads';
import { EntryMaker } from './make-entries.ts';
import { makeStretch, type Stretch, templatesOf, type WorkerTask } from './make-stretch.ts';

const { origin, wish, issuers } = workerData as WorkerTask;
const maker = new EntryMaker({ wish, templates: templatesOf(origin), issuers });
parentPort?.on('message', (stretch: Stretch) => parentPort?.postMessage(makeStretch(maker, wish, stretch)));

// The command line: reads arguments, runs one command, ends with 0 or with a sentence that says what to do next.
import { Command, CommanderError } from 'commander';
import { CommandFailure, printFailure } from './failure.ts';

type AddCommand = (program: Command) => void;

/** In the order of a move, as they are listed. Only what is asked for is loaded: a command needs a part of the program. */
const commands: readonly { readonly names: readonly string[]; readonly load: () => Promise<AddCommand> }[] = [
  { names: ['config'], load: async () => (await import('./commands/config.ts')).addConfigCommand },
  { names: ['doctor'], load: async () => (await import('./commands/doctor.ts')).addDoctorCommand },
  { names: ['inventory'], load: async () => (await import('./commands/inventory.ts')).addInventoryCommand },
  { names: ['profiles'], load: async () => (await import('./commands/profiles.ts')).addProfilesCommand },
  { names: ['import'], load: async () => (await import('./commands/import.ts')).addImportCommand },
  { names: ['verify'], load: async () => (await import('./commands/verify.ts')).addVerifyCommand },
  { names: ['up'], load: async () => (await import('./commands/up.ts')).addUpCommand },
  { names: ['shadow', 'readiness'], load: async () => (await import('./commands/shadow.ts')).addShadowCommands },
  { names: ['mode'], load: async () => (await import('./commands/mode.ts')).addModeCommand },
  { names: ['cutover'], load: async () => (await import('./commands/cutover.ts')).addCutoverCommand },
  { names: ['rollback'], load: async () => (await import('./commands/rollback.ts')).addRollbackCommand },
  { names: ['audit'], load: async () => (await import('./commands/audit.ts')).addAuditCommand },
  { names: ['authority'], load: async () => (await import('./commands/authority.ts')).addAuthorityCommand },
  { names: ['issue'], load: async () => (await import('./commands/issue.ts')).addIssueCommand },
  { names: ['revoke'], load: async () => (await import('./commands/revoke.ts')).addRevokeCommand },
  { names: ['crl'], load: async () => (await import('./commands/crl.ts')).addCrlCommand },
];

// Who reads may have seen enough, as `head` has. The work goes on: half a cutover would be worse than an unread line.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });

const program = new Command('retag')
  .description('Moves a running Dogtag PKI to a modern CA without its clients noticing, and proves it byte by byte.')
  .showHelpAfterError('(add --help to any command for its options and examples)')
  .exitOverride()
  .addHelpText(
    'after',
    `
A move, from first look to last:
  retag config from-env > retag.json   describe this machine and the Dogtag beside it
  retag doctor                         check what people usually get wrong
  retag inventory                      see what there is and what could break
  retag import                         bring everything into the record
  retag verify                         prove that nothing is missing
  retag up                             run the gateway; clients use it instead of Dogtag
  retag shadow report                  see where both sides gave the same answer
  retag readiness                      see what may be cut over
  retag cutover --all                  let the native CA answer
  retag rollback --all                 let Dogtag answer again`,
  );

// Help, and a name that is none, need to know them all.
const [, , wanted = ''] = process.argv;
const chosen = commands.filter(({ names }) => names.includes(wanted));
for (const { load } of chosen.length > 0 ? chosen : commands) (await load())(program);

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else if (error instanceof CommandFailure) printFailure(error);
  else printFailure(new CommandFailure((error as Error).message, { cause: error }));
}

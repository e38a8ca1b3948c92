/** Completion scripts for bash, zsh and fish, from the same words. Pure. */
import type { CompletedCommand, CompletedOption, Value } from './words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The script for one shell; ends with a line break. */
export function completionScript(shell: Shell, commands: readonly CompletedCommand[]): string {
  switch (shell) {
    case 'bash':
      return bash(commands);
    case 'zsh':
      return zsh(commands);
    case 'fish':
      return fish(commands);
  }
}

/** What may follow `path`: the next words of longer commands. */
function nextWords(commands: readonly CompletedCommand[], path: readonly string[]): readonly string[] {
  const longer = commands.filter(
    (one) => one.path.length === path.length + 1 && path.every((word, place) => one.path[place] === word),
  );
  return longer.flatMap((one) => one.path.slice(-1));
}

function bash(commands: readonly CompletedCommand[]): string {
  const paths = ['', ...commands.map(({ path }) => path.join(' '))];
  const cases = commands.map((command) => {
    const words = [...nextWords(commands, command.path), ...command.options.flatMap(({ flags }) => flags)];
    const values = command.options.flatMap((option) =>
      option.value === null ? [] : [`        ${option.flags.join('|')}) ${bashValue(option.value)}; return ;;`],
    );
    return [
      `    ${quoted(command.path.join(' '))})`,
      ...(values.length === 0 ? [] : ['      case "$previous" in', ...values, '      esac']),
      `      words=${quoted(words.join(' '))}`,
      `      ${command.argument === null ? ':' : `[[ "$current" == -* ]] || { ${bashValue(command.argument)}; }`}`,
      '      ;;',
    ].join('\n');
  });
  return `# bash completion for bench: eval "$(bench completion bash)"
_bench() {
  local current previous path="" words="" word place
  current="\${COMP_WORDS[COMP_CWORD]}"
  previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  for ((place = 1; place < COMP_CWORD; place++)); do
    word="\${COMP_WORDS[place]}"
    case " ${paths.map((path) => path.replaceAll(' ', '_')).join(' ')} " in
      *" \${path:+\${path// /_}_}$word "*) path="\${path:+$path }$word" ;;
      *) break ;;
    esac
  done
  case "$path" in
    '') words=${quoted(nextWords(commands, []).join(' '))} ;;
${cases.join('\n')}
  esac
  COMPREPLY+=($(compgen -W "$words" -- "$current"))
}
_bench_files() { local IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY+=($(compgen "$1" -- "$current")); }
complete -F _bench bench
`;
}

function bashValue(value: Value): string {
  switch (value.kind) {
    case 'words':
      return `COMPREPLY+=($(compgen -W ${quoted(value.words.join(' '))} -- "$current"))`;
    case 'file':
      return '_bench_files -f';
    case 'folder':
      return '_bench_files -d';
    case 'free':
      return ':';
  }
}

function zsh(commands: readonly CompletedCommand[]): string {
  const cases = commands.map((command) => {
    const next = nextWords(commands, command.path);
    const specs = [
      ...command.options.map(zshOption),
      ...(next.length > 0
        ? [`1:command:(${next.join(' ')})`]
        : command.argument === null
          ? []
          : [`*:argument:${zshValue(command.argument)}`]),
    ];
    return [
      `    ${quoted(command.path.join(' '))})`,
      '      _arguments -s \\',
      `        ${specs.map(quoted).join(' \\\n        ')}`,
      '      ;;',
    ].join('\n');
  });
  const first = commands
    .filter(({ path }) => path.length === 1)
    .map(({ path, description }) => quoted(`${path.join()}:${description}`));
  return `#compdef bench
# zsh completion for bench: eval "$(bench completion zsh)", or save it as _bench in a folder of fpath
_bench() {
  local path="" word place=2
  local -a known
  known=(${commands.map(({ path }) => quoted(path.join(' '))).join(' ')})
  while (( place < CURRENT )); do
    word="\${path:+$path }\${words[place]}"
    (( \${known[(Ie)$word]} )) || break
    path="$word"
    (( place++ ))
  done
  if [[ -z "$path" ]]; then
    local -a commands
    commands=(
      ${first.join('\n      ')}
    )
    _describe command commands
    return
  fi
  # What is left begins with the last word of the command.
  words=("\${words[place-1]}" "\${(@)words[place,-1]}")
  (( CURRENT -= place - 2 ))
  case "$path" in
${cases.join('\n')}
  esac
}
compdef _bench bench
`;
}

function zshOption(option: CompletedOption): string {
  const text = option.description.replaceAll(/[[\]\\:]/g, (one) => `\\${one}`);
  const value = option.value === null ? '' : `:value:${zshValue(option.value)}`;
  return `${option.flags.at(-1) ?? ''}[${text}]${value}`;
}

function zshValue(value: Value): string {
  switch (value.kind) {
    case 'words':
      return `(${value.words.join(' ')})`;
    case 'file':
      return '_files';
    case 'folder':
      return '_files -/';
    case 'free':
      return ' ';
  }
}

function fish(commands: readonly CompletedCommand[]): string {
  const lines = commands.flatMap((command) => {
    const before = command.path.slice(0, -1);
    const name = command.path.at(-1) ?? '';
    const here =
      before.length === 0
        ? '__fish_use_subcommand'
        : before.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    const within = command.path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    return [
      `complete -c bench -f -n ${quoted(here)} -a ${name} -d ${quoted(command.description)}`,
      ...command.options.map((option) => fishOption(option, within)),
      ...(command.argument === null || command.argument.kind === 'free'
        ? []
        : [`complete -c bench -n ${quoted(within)} ${fishValue(command.argument)}`]),
    ];
  });
  return `# fish completion for bench: bench completion fish | source\ncomplete -c bench -f\n${lines.join('\n')}\n`;
}

function fishOption({ flags, description, value }: CompletedOption, within: string): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`)).join(' ');
  return `complete -c bench -n ${quoted(within)} ${names} -d ${quoted(description)}${value === null ? '' : ` -r ${fishValue(value)}`}`;
}

function fishValue(value: Value): string {
  switch (value.kind) {
    case 'words':
      return `-f -a ${quoted(value.words.join(' '))}`;
    case 'file':
      return '-F';
    case 'folder':
      return "-f -a '(__fish_complete_directories)'";
    case 'free':
      return '-f';
  }
}

/** For all three shells; descriptions may hold an apostrophe, which fish and the others escape differently, so none is left. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '’')}'`;
}

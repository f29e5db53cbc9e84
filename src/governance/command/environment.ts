import { reads, risky, type Verdict } from "./verdict.ts";

/** What setting a variable may cause; `runs` is shell text that another program will run because of it. */
export function judgeVariable(name: string, value: string): { readonly verdict: Verdict; readonly runs?: string } {
  if (commandVariables.has(name)) {
    return { verdict: risky(`${name} names a command that another program will run`), runs: value };
  }
  if (loaderVariables.test(name)) return { verdict: risky(`${name} changes which code other programs load`) };
  return { verdict: reads(`sets ${name}`) };
}

const commandVariables = new Set(
  (
    "PROMPT_COMMAND GIT_SSH_COMMAND GIT_SSH GIT_PAGER GIT_EDITOR GIT_EXTERNAL_DIFF GIT_ASKPASS GIT_SEQUENCE_EDITOR " +
    "GIT_PROXY_COMMAND PAGER MANPAGER EDITOR VISUAL BROWSER SSH_ASKPASS SUDO_ASKPASS LESSOPEN LESSCLOSE RSYNC_RSH PS0 PS4"
  ).split(" "),
);

const loaderVariables =
  /^(LD_[A-Z_]+|DYLD_[A-Z_]+|BASH_ENV|ENV|SHELLOPTS|BASHOPTS|IFS|PATH|PYTHONPATH|PYTHONSTARTUP|PYTHONHOME|PERL5LIB|PERL5OPT|RUBYOPT|RUBYLIB|NODE_OPTIONS|NODE_PATH|JAVA_TOOL_OPTIONS|CLASSPATH|GCONV_PATH|GIT_CONFIG[A-Z_0-9]*|GIT_EXEC_PATH|GIT_TEMPLATE_DIR|KUBECONFIG|AWS_ENDPOINT_URL[A-Z_0-9]*|AWS_CONFIG_FILE|DOCKER_HOST|PSQLRC|MAKEFLAGS|BASH_FUNC_.*)$/;

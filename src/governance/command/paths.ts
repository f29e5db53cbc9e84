/** True for a path whose loss or exposure would break the machine or a person's account. */
export function isProtected(path: string): boolean {
  const plain = normalize(path);
  if (
    ["/", "/*", "/.", "~", "~/*", "$HOME", "$HOME/*", "$PWD", ".", "..", "*", "./*", ".*", "../*", "$PWD/*"].includes(
      plain,
    )
  )
    return true;
  return systemRoots.some((root) => plain === root || plain.startsWith(`${root}/`));
}

/** True for a file of the operating system or of an installed service, where losing one file already breaks things. */
export function isSystemFile(path: string): boolean {
  return /^\/(etc|boot|bin|sbin|lib|lib32|lib64|usr|dev|proc|sys|var\/(lib|spool|run)|run|root|System|Library)(\/|$)/.test(
    normalize(path),
  );
}

/** True for a path strictly inside a temporary directory, after `..` is resolved. */
export function isTemporary(path: string): boolean {
  const plain = normalize(path);
  return temporaryRoots.some((root) => plain.startsWith(`${root}/`));
}

/** True for a block device or another special file that a write would ruin. */
export function isDevice(path: string): boolean {
  const plain = normalize(path);
  if (!plain.startsWith("/dev/")) return false;
  return !/^\/dev\/(null|stdout|stderr|stdin|tty|zero|fd\/\d+|u?random|full|tcp\/.*|udp\/.*|shm\/.*|pts\/\d+)$/.test(
    plain,
  );
}

/** True for a file that decides who may enter or what starts by itself. */
export function isSecuritySensitive(path: string): boolean {
  return securityFiles.test(normalize(path));
}

/** True for a folder in which any new file decides who may enter or what starts by itself. */
export function isSecurityFolder(path: string): boolean {
  return securityFiles.test(`${normalize(path)}/x`);
}

/** True for a file that holds a credential. */
export function isCredentialFile(path: string): boolean {
  return credentialFiles.test(normalize(path));
}

/** Resolves `.`, `..`, doubled slashes and `${X}` spellings without looking at a disk. */
export function normalize(path: string): string {
  const spelled = path.replace(/\$\{([A-Za-z_]\w*)\}/g, "$$$1");
  const rooted = spelled.startsWith("/");
  const kept: string[] = [];
  for (const piece of spelled.split("/")) {
    if (piece === "" || piece === ".") continue;
    const last = kept.at(-1);
    if (piece === ".." && last !== undefined && last !== "..") kept.pop();
    else if (piece !== ".." || !rooted) kept.push(piece);
  }
  const joined = kept.join("/");
  if (rooted) return `/${joined}`;
  return joined === "" ? "." : joined;
}

const systemRoots = (
  "/bin /boot /dev /etc /home /lib /lib32 /lib64 /mnt /opt /proc /root /run /sbin /srv /sys /usr /var /data /media " +
  "/Users /System /Library /Applications /private/etc /private/var /snap C: c: ~/.ssh $HOME/.ssh ~/.aws ~/.kube ~/.gnupg"
).split(" ");

const temporaryRoots = ["/tmp", "/var/tmp", "/private/tmp", "/dev/shm", "$TMPDIR", "$TMP", "$TEMP"];

const securityFiles =
  /(^|\/)(authorized_keys2?|known_hosts|sudoers(\.d\/.*)?|passwd|shadow|gshadow|group|sshd_config|hosts\.(allow|deny)|ld\.so\.(preload|conf)|crontab|\.(bashrc|bash_profile|profile|zshrc|bash_login|netrc|pgpass))$|^\/etc\/(cron[^/]*|pam\.d|profile\.d|systemd|init\.d|ssh|security|ssl)\/|^\/var\/spool\/cron|^\/proc\/sysrq-trigger$|^\/boot\/|(^|\/)\.ssh\/|(^|\/)\.git\/hooks\//;

const credentialFiles =
  /(^|\/)(\.aws\/(credentials|config)|\.ssh\/id_[^/]*|id_(rsa|dsa|ecdsa|ed25519)|\.netrc|\.pgpass|\.kube\/config|\.docker\/config\.json|shadow|gshadow|\.git-credentials|\.npmrc|\.pypirc|\.vault-token|\.env(\.[\w.-]+)?|[^/]*\.(pem|key|p12|pfx|kdbx|keytab))$|serviceaccount\/token$|^\/proc\/[^/]+\/environ$|gcloud\/.*credentials/;

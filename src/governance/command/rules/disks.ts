import { type Call, field, forPrograms, type Rules } from "../call.ts";
import { asksForHelp, readOptions } from "../options.ts";
import { isDevice } from "../paths.ts";
import { judgeWrite } from "../redirects.ts";
import { destructive, reads, risky, undoable, type Verdict } from "../verdict.ts";

/** Disks, partitions, volumes and file systems. */
export const diskRules: Rules = {
  dd: judgeDd,
  ...forPrograms("mkfs mke2fs mkswap newfs mkdosfs mkntfs", ({ program, args }) =>
    asksForHelp(args) || args.every((word) => word.startsWith("-") && !/[\d]/.test(word))
      ? risky(`${program} without a device`)
      : destructive(`${program} erases what was on the device`),
  ),
  ...forPrograms("wipefs blkdiscard sgdisk cgdisk cfdisk hdparm nvme badblocks", ({ program, args }) => {
    if (
      asksForHelp(args) ||
      (/^(nvme|hdparm|sgdisk|wipefs)$/.test(program) && args.length > 0 && onlyLists(program, args))
    )
      return reads(`${program} only lists`);
    return destructive(`${program} erases or rearranges a disk`);
  }),
  ...forPrograms("fdisk gdisk sfdisk parted partprobe kpartx", judgePartitioner),
  ...forPrograms("pvremove vgremove lvremove lvreduce vgreduce pvmove vgcfgrestore", ({ program, args }) =>
    asksForHelp(args) ? reads("prints help") : destructive(`${program} removes or shrinks a volume with its data`),
  ),
  ...forPrograms("pvs vgs lvs pvdisplay vgdisplay lvdisplay pvscan vgscan lvscan lvmdiskscan", ({ program }) =>
    reads(`${program} only lists`),
  ),
  ...forPrograms(
    "pvcreate vgcreate lvcreate lvextend vgextend lvresize lvconvert lvchange vgchange resize2fs xfs_growfs growpart tune2fs e2label btrfs zfs zpool mdadm dmsetup losetup",
    judgeVolume,
  ),
  cryptsetup: ({ args }) => {
    const name = readOptions(args).operands[0] ?? "";
    return /^(status|isLuks|luksUUID|benchmark)$/.test(name)
      ? reads("cryptsetup only reads")
      : /^(luksFormat|luksErase|erase|luksKillSlot|luksRemoveKey|reencrypt)$/i.test(name)
        ? destructive("cryptsetup erases data or the key to it")
        : risky("cryptsetup changes an encrypted volume");
  },
  ...forPrograms("fsck e2fsck xfs_repair ntfsfix dosfsck", ({ program, args }) =>
    args.some((word) => /^-[a-zA-Z]*n/.test(word))
      ? reads(`${program} only checks`)
      : risky(`${program} repairs a file system`),
  ),
  blockdev: ({ args }) =>
    args.every((word) => /^--(report|get\w+)$|^[^-]/.test(word))
      ? reads("blockdev only reads")
      : risky("blockdev changes a device"),
  ...forPrograms("mount", ({ args }) =>
    args.every((word) => /^-(l|V|h)$/.test(word)) ? reads("lists mounts") : risky("mounts a file system"),
  ),
  ...forPrograms("umount swapoff swapon fstrim quotaoff quotaon setquota eject", ({ program, args }) =>
    program === "swapon" && args.some((word) => /^(-s|--show|--summary)$/.test(word))
      ? reads("only lists")
      : risky(`${program} changes what is mounted`),
  ),
  ...forPrograms("dump xfsdump", () => risky("dumps a file system")),
  ...forPrograms("fallocate", ({ args }) =>
    args.some((word) => /^-[a-z]*[pcz]|^--(punch|collapse|zero)/.test(word))
      ? destructive("removes a part of a file")
      : undoable("reserves space for a file"),
  ),
  sync: () => reads("flushes caches to disk"),
};

const onlyLists = (program: string, args: readonly string[]): boolean => {
  if (program === "nvme")
    return /^(list|smart-log|id-ctrl|id-ns|version|list-ns|get-feature|error-log)$/.test(args[0] ?? "");
  if (program === "hdparm") return args.every((word) => /^-(I|i|t|T|C|tT)$|^\//.test(word));
  return program === "sgdisk"
    ? args.every((word) => /^-(p|i|v|-print)|^\//.test(word))
    : args.every((word) => /^(-n|--no-act|-J|-p|--json|\/.*)$/.test(word));
};

function judgeDd({ args }: Call): Verdict {
  if (asksForHelp(args) || args.length === 0) return reads("dd describes itself");
  const target = args.find((word) => word.startsWith("of="))?.slice(3);
  if (target === undefined) return reads("dd prints what it reads");
  const source = args.find((word) => word.startsWith("if="))?.slice(3) ?? "";
  if (isDevice(target)) return destructive(`dd overwrites the device ${target}`);
  if (/^\/dev\/(zero|u?random|null)$/.test(source) && /^\/(?!tmp\/|var\/tmp\/)/.test(target))
    return destructive(`dd fills ${target}`);
  return judgeWrite(field(target), false, "dd");
}

function judgePartitioner({ program, args }: Call): Verdict {
  if (asksForHelp(args)) return reads(`${program} describes itself`);
  const lists = args.some((word) => /^(-l|--list|-lu)$/.test(word));
  // With a device named, one more letter is all it takes to write to it.
  if (lists && !args.some(isDevice)) return reads(`${program} lists partitions`);
  const changes = args.some((word) =>
    /^(mklabel|mktable|mkpart|mkfs|rm|resizepart|rescue|toggle|set|name|--delete|-o|-Z|--zap-all|mkpartfs)$/.test(word),
  );
  return changes
    ? destructive(`${program} changes the partitions of a disk`)
    : risky(`${program} opens a disk's partition table`);
}

/** Options that only list; to the programs of LVM the same letters are a size or a switch. */
const listing: Readonly<Record<string, RegExp>> = {
  mdadm: /^(--detail|--examine|-D|-E)$/,
  losetup: /^(-a|-l|--all|--list)$/,
  tune2fs: /^-l$/,
};

function judgeVolume({ program, args }: Call): Verdict {
  const words = args.filter((word) => !word.startsWith("-"));
  const [name = "", second = ""] = words;
  if (
    asksForHelp(args) ||
    args.some((word) => listing[program]?.test(word)) ||
    /^(list|status|show|get|history|iostat|df|usage|info|ls|table|deps)$/.test(program === "btrfs" ? second : name)
  )
    return reads(`${program} only lists`);
  if (
    words.some((word) =>
      /^(destroy|delete|rollback|labelclear|offline|remove|remove_all|wipe_table|export)$/.test(word),
    ) ||
    args.some((word) => /^--(zero-superblock|remove|stop|fail)$/.test(word))
  )
    return destructive(`${program} ${words.join(" ")} removes storage`);
  return risky(`${program} changes storage`);
}

/**
 * Links of the first releases have a hash of the whole built-in scenario that they were made from, its words included. These were
 * the hashes when that ended, of the scenarios whose film is the same today: their words have become better, the links still fit.
 */
export const wholeHashes: ReadonlySet<string> = new Set(
  `
  l1t74c nj9t8b 4t2g7v f1moh1 1awpisy 12jlpqd 2ammez 1wq3z14 r9nmkg 28uv8u 9jsw03 enbdj2 1e6001s 7o2er 157g53f 9qi8hy
  wesguq 187n7ao 1jcbko2 197iae1 1m3q2p2 kaoe7t 1kbf2yb 1knw9s1 r4jd0x 1ni0bwc 1hpzict 1stdcz1 1t5lbzo gx1rpe 53lluj 1etls5a
  1a6yncc 1v76jao lxbgt6 1b4kwxw 3k3tfg xv90oc 1hx6du4 1j8spru uddy9n 78wedp wytjbs b223y2 1h59gkw fc370e xamo5k lj9c6o
  yni4j5 1slijij 1wwav9s 48h2my innv93 1r6ce1y 1poai04 8yv7no 1e8tw99 16jlvxm pk7jzr 1yr6z6q 1o0xfg8 z2z9z1 txjvh3 1gt0vm
  3kkq0x 1fuyf56 c395aj 1c4s1qv 1qesdu8 ppvkq0 isofxj 1i66xbm ip2mf3 iqqi8s 1t7iu4 4uwtw q8yo43 19gc8fq 1nf729x 1gh2rb
  3x9phm v72jyw 1ko5m9m hq6yb2 1x0kmmz iwgtto 1dssbvl 1rzqk0p 1ftt1x9 1oetlvf 18txtu5 1tpi080 fjfnbx 7w7t9h tqqam1 iemlk6
  1affbia 17ri817 1isq6t7 1v7ffbi 1c6mzv3 hm63k0 tjp9vm 4iu4oh 1iatqhc 1ro2qcb 1cp7len nn7zdi 1bgnv7z 18jwzbv sdecrd 13xedl7
  1i5n98d uo0x5l xsvp0h 1oxe6i2 1ptd069 1ut0kh6 5om0kt 1au2mzt 4a8xxl 8ovemm 1t83xc0 s7px7h k4ptbs dy4262 b01qcl uo9cwh
  ihymh0
  `
    .trim()
    .split(/\s+/),
)

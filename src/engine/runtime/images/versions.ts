import type { ImageConfig } from '../images.ts'
import { homeOf } from './catalogue.ts'

/** What was released, the newest of each line, the newest line first: 'nginx:1.14' is 1.14.2, 'nginx:1' and 'nginx:latest' are the first. */
const released: Readonly<Record<string, string>> = {
  nginx: '1.29.3 1.28.0 1.27.5 1.26.3 1.25.5 1.24.0 1.23.4 1.22.1 1.21.6 1.20.2 1.19.10 1.18.0 1.17.10 1.16.1 1.15.12 1.14.2 1.13.12 1.12.2 1.11.13 1.10.3 1.9.15 1.8.1 1.7.12',
  redis: '8.2.3 8.0.5 7.4.7 7.2.12 7.0.15 6.2.21 6.0.20 5.0.14 4.0.14 3.2.12 3.0.7 2.8.23',
  httpd: '2.4.65 2.2.34',
  mysql: '9.5.0 9.4.0 8.4.7 8.0.44 5.7.44 5.6.51 5.5.62',
  mariadb: '12.0.2 11.8.3 11.4.8 10.11.14 10.6.23 10.5.29 10.4.34 10.3.39 10.2.44',
  postgres: '18.1 17.7 16.11 15.15 14.20 13.23 12.22 11.22 10.23 9.6.24 9.5.25 9.4.26',
  mongo: '8.2.2 8.0.16 7.0.26 6.0.26 5.0.31 4.4.29 4.2.24 4.0.28 3.6.23 3.4.24',
  haproxy: '3.3.0 3.2.9 3.1.11 3.0.14 2.9.15 2.8.18 2.7.12 2.6.23 2.5.14 2.4.30 2.3.21 2.2.34 2.1.12 2.0.35 1.9.16 1.8.31 1.7.14 1.6.16 1.5.19',
  rabbitmq: '4.2.0 4.1.6 4.0.9 3.13.7 3.12.14 3.11.28 3.10.25 3.9.29 3.8.34',
  python: '3.14.0 3.13.9 3.12.12 3.11.14 3.10.19 3.9.25 3.8.20 3.7.17 3.6.15 3.5.10 2.7.18',
  node: '25.2.0 24.11.1 22.21.1 20.19.5 18.20.8 16.20.2 14.21.3 12.22.12 10.24.1 8.17.0 6.17.1',
  alpine: '3.22.2 3.21.5 3.20.8 3.19.9 3.18.12 3.17.10 3.16.9 3.15.11 3.14.10 3.13.12 3.12.12 3.11.13 3.10.9 3.9.6 3.8.5 3.7.3 3.6.5 3.5.3 3.4.6',
  busybox: '1.37.0 1.36.1 1.35.0 1.34.1 1.33.1 1.32.1 1.31.1 1.30.1 1.29.3 1.28.4 1.27.2 1.26.2 1.25.1 1.24.2',
  debian: '13 12 11 10 9 8',
  ubuntu: '24.04 25.10 25.04 22.04 20.04 18.04 16.04 14.04',
}

/** Tags that are names of versions. */
const named: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  nginx: { stable: '1.28.0' },
  debian: { trixie: '13', bookworm: '12', bullseye: '11', buster: '10', stretch: '9', jessie: '8' },
  ubuntu: { noble: '24.04', jammy: '22.04', focal: '20.04', bionic: '18.04', xenial: '16.04', trusty: '14.04', rolling: '25.10' },
  node: { lts: '24.11.1', krypton: '24.11.1', jod: '22.21.1', iron: '20.19.5', hydrogen: '18.20.8', gallium: '16.20.2' },
}

/** The version of what an image is made for; of a program that only comes along (`name` is not the image's), the newest. */
export function versionOf(name: string, { reference, repository }: Pick<ImageConfig, 'reference' | 'repository'>): string {
  const all = released[name]!.split(' ')
  if (repository.slice(repository.lastIndexOf('/') + 1) !== name) return all[0]!
  const tag = reference.slice(repository.length + 1)
  const word = named[name]?.[/^[a-z]+/.exec(tag)?.[0] ?? '']
  if (word !== undefined) return word
  const asked = /^v?(\d+(?:\.\d+)*)/.exec(tag)?.[1]
  if (asked === undefined) return all[0]!
  return all.find((version) => version === asked || version.startsWith(`${asked}.`)) ?? asked
}

/** /etc/os-release, and what distributions have beside it; undefined for an image that is no distribution with versions. */
export function releaseFiles(image: Pick<ImageConfig, 'reference' | 'repository'>): Record<string, string> | undefined {
  const home = homeOf(image.repository)
  const name = home.startsWith('docker.io/library/') ? home.slice('docker.io/library/'.length) : ''
  if (name === 'alpine') return alpineRelease(versionOf('alpine', image))
  if (name === 'debian') return debianRelease(versionOf('debian', image).split('.')[0]!)
  if (name === 'ubuntu') return ubuntuRelease(versionOf('ubuntu', image).split('.').slice(0, 2).join('.'))
  if (name === 'centos' || name === 'rockylinux') return redHatRelease(name, /\d+/.exec(image.reference.slice(image.repository.length))?.[0] ?? '8')
  return undefined
}

export const alpineRelease = (version: string): Record<string, string> => ({
  '/etc/os-release': `NAME="Alpine Linux"\nID=alpine\nVERSION_ID=${version}\nPRETTY_NAME="Alpine Linux v${version.split('.').slice(0, 2).join('.')}"\nHOME_URL="https://alpinelinux.org/"\n`,
  '/etc/alpine-release': `${version}\n`,
})

const debianNames: Readonly<Record<string, string>> = { 13: 'trixie', 12: 'bookworm', 11: 'bullseye', 10: 'buster', 9: 'stretch', 8: 'jessie' }

export function debianRelease(version: string): Record<string, string> {
  const name = debianNames[version] ?? version
  return {
    '/etc/os-release': `PRETTY_NAME="Debian GNU/Linux ${version} (${name})"\nNAME="Debian GNU/Linux"\nVERSION_ID="${version}"\nVERSION="${version} (${name})"\nVERSION_CODENAME=${name}\nID=debian\n`,
    '/etc/debian_version': `${version}.1\n`,
  }
}

const ubuntuNames: Readonly<Record<string, string>> = { '25.10': 'Questing Quokka', '24.04': 'Noble Numbat', '22.04': 'Jammy Jellyfish', '20.04': 'Focal Fossa', '18.04': 'Bionic Beaver', '16.04': 'Xenial Xerus', '14.04': 'Trusty Tahr' }

function ubuntuRelease(version: string): Record<string, string> {
  const name = ubuntuNames[version]
  const isLongTerm = /[02468]\.04$/.test(version)
  const code = name?.split(' ')[0]!.toLowerCase() ?? ''
  return {
    '/etc/os-release': `PRETTY_NAME="Ubuntu ${version}${isLongTerm ? ' LTS' : ''}"\nNAME="Ubuntu"\nVERSION_ID="${version}"\nVERSION="${version}${isLongTerm ? ' LTS' : ''}${name === undefined ? '' : ` (${name})`}"\nVERSION_CODENAME=${code}\nID=ubuntu\nID_LIKE=debian\nUBUNTU_CODENAME=${code}\n`,
    '/etc/lsb-release': `DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=${version}\nDISTRIB_CODENAME=${code}\nDISTRIB_DESCRIPTION="Ubuntu ${version}${isLongTerm ? ' LTS' : ''}"\n`,
    '/etc/debian_version': `${code}/sid\n`,
  }
}

function redHatRelease(name: string, version: string): Record<string, string> {
  const title = name === 'centos' ? `CentOS Linux` : 'Rocky Linux'
  return {
    '/etc/os-release': `NAME="${title}"\nVERSION="${version}"\nID="${name === 'centos' ? 'centos' : 'rocky'}"\nID_LIKE="rhel fedora"\nVERSION_ID="${version}"\nPRETTY_NAME="${title} ${version}"\n`,
    '/etc/redhat-release': `${title} release ${version}${name === 'centos' && version === '7' ? '.9.2009' : ''} (Core)\n`,
  }
}

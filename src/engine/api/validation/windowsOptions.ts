/** What containers of Windows are told about users and credentials (validateWindowsSecurityContextOptions, validateWindowsHostProcessPod). */
import { invalid, type FieldError } from '../field.ts'
import { isDNS1123Subdomain } from '../names.ts'
import { complain, everyContainer, type Fields } from './report.ts'

const mostKiBOfCredentials = 64
const mostOfDomain = 256
const mostOfUser = 104

export function validateWindowsOptions(options: Fields | undefined, at: string, errors: FieldError[]): void {
  if (!options) return
  const { gmsaCredentialSpecName, gmsaCredentialSpec, runAsUserName } = options
  if (gmsaCredentialSpecName !== undefined) complain(isDNS1123Subdomain(gmsaCredentialSpecName), gmsaCredentialSpecName, `${at}.gmsaCredentialSpecName`, errors)
  if (gmsaCredentialSpec === '') errors.push(invalid(`${at}.gmsaCredentialSpec`, '', 'gmsaCredentialSpec cannot be an empty string'))
  else if (gmsaCredentialSpec?.length > mostKiBOfCredentials * 1024) {
    errors.push(invalid(`${at}.gmsaCredentialSpec`, gmsaCredentialSpec, `gmsaCredentialSpec size must be under ${mostKiBOfCredentials} KiB`))
  }
  if (runAsUserName !== undefined) complain(faultsOfUser(runAsUserName), runAsUserName, `${at}.runAsUserName`, errors)
}

const netBIOS = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/
const domainOfDNS = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/

/** "user" or "DOMAIN\user". */
function faultsOfUser(name: string): string[] {
  if (name === '') return ['runAsUserName cannot be an empty string']
  if (/\p{Cc}/u.test(name)) return ['runAsUserName cannot contain control characters']
  const parts = name.split('\\')
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash']
  const user = parts.at(-1)!
  const domain = parts.length === 2 ? parts[0]! : undefined
  const faults: string[] = []
  if (domain !== undefined && domain.length >= mostOfDomain) faults.push(`runAsUserName's Domain length must be under ${mostOfDomain} characters`)
  if (domain !== undefined && !netBIOS.test(domain) && !domainOfDNS.test(domain)) faults.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format")
  if (user === '') faults.push("runAsUserName's User cannot be empty")
  else if (user.length > mostOfUser) faults.push(`runAsUserName's User length must not be longer than ${mostOfUser} characters`)
  if (/^[. ]+$/.test(user)) faults.push("runAsUserName's User cannot contain only periods or spaces")
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) faults.push('runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]')
  return faults
}

/** Containers that are processes of the host: all of a pod or none. */
export function validateHostProcesses(spec: Fields, at: string, errors: FieldError[]): void {
  const ofPod: boolean | undefined = spec['securityContext']?.windowsOptions?.hostProcess
  const all = [...everyContainer(at, spec)]
  let hostProcesses = 0
  for (const { container, path } of all) {
    const own: boolean | undefined = container['securityContext']?.windowsOptions?.hostProcess
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      errors.push(invalid(`${path}.securityContext.windowsOptions.hostProcess`, own, `pod hostProcess value must be identical if both are specified, was ${ofPod}`))
    }
    if (own ?? ofPod) hostProcesses++
  }
  if (hostProcesses === 0) return
  if (hostProcesses !== all.length) errors.push(invalid(at, '', 'If pod contains any hostProcess containers then all containers must be HostProcess containers'))
  if (!spec['hostNetwork']) errors.push(invalid(`${at}.hostNetwork`, false, 'hostNetwork must be true if pod contains any hostProcess containers'))
}

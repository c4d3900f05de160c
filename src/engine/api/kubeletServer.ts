/** Where a kubelet listens, when its node does not say otherwise. */
export const kubeletPort = 10_250

/** The name in the certificate that the API server shows there; whoever shows it may do everything. */
export const apiServerClient = 'kube-apiserver-kubelet-client'

/** Where a kubelet listens, when its node does not say otherwise. */
export const kubeletPort = 10_250

/** Of the machine itself, to see whether it lives (healthzPort); for anybody who only looks, if it is configured (readOnlyPort). */
export const healthzPort = 10_248
export const readOnlyPort = 10_255

/** The name in the certificate that the API server shows there; whoever shows it may do everything. */
export const apiServerClient = 'kube-apiserver-kubelet-client'

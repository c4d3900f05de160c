export const applyContentType = 'application/apply-patch+yaml'

import type { ApiRequest } from '../request-info.ts'

const reviews = new Set(['selfsubjectaccessreviews', 'localsubjectaccessreviews', 'subjectaccessreviews', 'selfsubjectrulesreviews', 'selfsubjectreviews', 'tokenreviews'])

/** A question in the shape of an object: it is answered, and nothing is stored. */
export const isReview = ({ info, verb }: ApiRequest): boolean => verb === 'create' && info !== undefined && reviews.has(info.plural)

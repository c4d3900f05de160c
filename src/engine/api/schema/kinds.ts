import { types } from '../schemaOfKinds.generated.ts'
import { otherTypes } from './schema.ts'

otherTypes.bring(types)

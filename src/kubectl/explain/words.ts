/** The part "descriptions". */
import { descriptions } from './described.ts'
import { texts } from './descriptions.generated.ts'

descriptions.bring(texts)

/**
 * Entry of the worker for linear models. Loads each package only when a job needs it.
 */
import { jobs } from './linear-jobs.ts'
import { serve } from './serve.ts'

serve(jobs)

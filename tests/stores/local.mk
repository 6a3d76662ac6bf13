# stores
